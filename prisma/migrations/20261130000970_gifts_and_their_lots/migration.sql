-- What is taken back of a gift for a behaviour is what is left of its own points, whenever they come free again.
-- See docs/decisions/0053-points-for-what-people-do.md.

-- The gift (earning_award) that these points are of; null: of none.
ALTER TABLE lot ADD COLUMN award_id bigint;
-- What came free after its gift had been taken back stays with the member.
UPDATE lot l SET award_id = w.award_id FROM earning_award w
 WHERE l.shop_id = w.shop_id AND l.account_id = w.account_id AND l.order_id IS NULL AND l.earned = w.points
   AND l.earned_at = w.given_at AND (w.taken_back IS NULL OR l.remaining = l.held);

ALTER TABLE earning_award
  -- what it comes to by all that is known; 0: nothing, and what is still there goes back
  ADD COLUMN due bigint NOT NULL DEFAULT 0,
  -- why it comes to nothing; null: it stands
  ADD COLUMN taken_because text,
  -- how many postings it has, which counts their versions
  ADD COLUMN postings integer NOT NULL DEFAULT 1,
  ADD CONSTRAINT earning_award_due CHECK (due >= 0 AND due <= points - coalesce(taken_back, 0)) NOT VALID,
  ADD CONSTRAINT earning_award_because CHECK (taken_because IN ('withdrawn', 'not-due', 'merged')) NOT VALID;
COMMENT ON COLUMN earning_award.points IS 'what the book gave for it in all';
COMMENT ON COLUMN earning_award.taken_back IS 'what of that went back in all; null: nothing ever had to';
UPDATE earning_award SET due = points WHERE taken_back IS NULL;
UPDATE earning_award SET postings = 2, taken_because = 'withdrawn' WHERE taken_back IS NOT NULL;
UPDATE earning_award w SET taken_because = p.why ->> 'because' FROM posting p
 WHERE w.taken_back IS NOT NULL AND p.shop_id = w.shop_id AND p.kind = 'award' AND p.source_id = w.award_id::text
   AND p.part = 'taken-back' AND p.version = 1;
ALTER TABLE earning_award VALIDATE CONSTRAINT earning_award_due;
ALTER TABLE earning_award VALIDATE CONSTRAINT earning_award_because;

-- Nobody has the points of a source twice, whatever the program says. A gift that went back may stand again.
DROP INDEX earning_award_once;
CREATE UNIQUE INDEX earning_award_once ON earning_award (shop_id, account_id, source) WHERE due > 0;
