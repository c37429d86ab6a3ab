"""What the application must answer, one module for each provider."""
