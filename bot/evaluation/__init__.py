"""What evaluation needs of the machine: drawing."""
