"""What was recorded at the border: duty and value by month, beside the rates in law."""
