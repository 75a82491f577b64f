"""How good the codes are: notes against labels, held-out terms, traps, case reports, speed."""
