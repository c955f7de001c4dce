-- How many of a reward are taken, where its stock is limited.
-- docs/decisions/0068-limits-of-rewards.md
CREATE INDEX redemption_taken ON redemption (shop_id, reward_id) WHERE status <> 'returned';
