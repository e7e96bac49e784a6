"""Who may come in: invitations for candidates, accounts for staff, signed cookies for both."""
