"""An entity as other catalogues take it: what is known of it, and the formats it is written in."""
