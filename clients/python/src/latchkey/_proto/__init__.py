"""The messages of proto/latchkey/v1, made by generate.sh."""
