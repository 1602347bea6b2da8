"""Calendar v3: calendars, access rules, lists, events and their guests, busy times."""
