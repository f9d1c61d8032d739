"""What an interview showed, with the words that show it."""
