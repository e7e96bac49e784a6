"""The running session: lifecycle, intake, assistant, sandbox, access, settings, simulation, migrations."""
