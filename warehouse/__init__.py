"""The lake, its published Parquet files and the SQL over them."""
