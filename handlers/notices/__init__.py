"""What people are told by direct message, each thing once."""
