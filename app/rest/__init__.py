"""The REST API: one router per noun, errors as problem details, who may do what checked in one place."""
