"""How near the simulated clients come to real ones: figures of sessions, blind readings, what a persona still lacks."""
