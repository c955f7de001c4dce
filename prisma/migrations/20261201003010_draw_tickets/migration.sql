-- Tickets of prize draws: docs/decisions/0079-tickets-of-draws.md
CREATE TABLE draw_ticket (
  shop_id bigint NOT NULL,
  -- the reward that is the draw
  draw text NOT NULL,
  -- from 1 on, none twice and none left out; one that was taken back keeps its number
  number integer NOT NULL CHECK (number > 0),
  redemption_id bigint NOT NULL,
  PRIMARY KEY (shop_id, draw, number),
  FOREIGN KEY (shop_id, redemption_id) REFERENCES redemption (shop_id, redemption_id) ON DELETE CASCADE
);
CREATE INDEX draw_ticket_of_redemption ON draw_ticket (shop_id, redemption_id);
ALTER TABLE draw_ticket ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON draw_ticket TO stammgast_shop USING (shop_id = (SELECT current_shop_id()));
CREATE POLICY all_shops ON draw_ticket TO stammgast_jobs USING (true);
GRANT SELECT, INSERT ON draw_ticket TO stammgast_shop, stammgast_jobs;
