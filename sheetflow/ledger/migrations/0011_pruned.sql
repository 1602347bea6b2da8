-- The day on which each text was changed last, counted from 1970: what is long over is let go.

ALTER TABLE pace ADD COLUMN changed INTEGER;
