"""How facts.toml is read and held against descriptions and documents."""
