-- One run of the comparison: a night's, or one that the merchant asked for. A round may take several.
ALTER TABLE code_comparison
  -- counts the runs; who began the last one ends it
  ADD COLUMN run bigint NOT NULL DEFAULT 0,
  ADD COLUMN begun_at timestamptz,
  -- by the clock of the database, so that a run whose process is gone can be told
  ADD COLUMN beat_at timestamptz,
  ADD COLUMN ended_at timestamptz,
  ADD COLUMN failed boolean NOT NULL DEFAULT false,
  -- codes of the round, as counted when the run began
  ADD COLUMN total bigint NOT NULL DEFAULT 0;
