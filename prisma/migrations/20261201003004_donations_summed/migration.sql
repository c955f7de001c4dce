-- What a cause has been given is summed up from this index alone.
CREATE INDEX CONCURRENTLY redemption_donations ON redemption (shop_id, reward_id) INCLUDE (donated, cost)
  WHERE donated IS NOT NULL AND status = 'used';
