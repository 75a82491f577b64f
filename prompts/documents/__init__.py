"""What else is made of a note: the after-visit summary and the referral letter, from the same verified sentences."""
