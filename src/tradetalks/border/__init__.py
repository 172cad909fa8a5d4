"""The border: duty and value recorded by month, beside the rates in law; notebook 04."""
