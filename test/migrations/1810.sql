INSERT INTO payout_watch_turns (gateway, taken_at) VALUES
  ('bank-simulator', '2026-11-26 01:49:21.923449+00');
