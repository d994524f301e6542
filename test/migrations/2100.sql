INSERT INTO gateway_failures (gateway, order_id, merchant_id, is_silent, ended_at) VALUES
  ('bank-simulator', '01a216d5-a5b1-7d1e-8c57-2f0b9a6e4c11', '01a216d5-a4aa-7b63-918d-4fc91e00498d', 'false', '2026-11-26 07:50:30.112+00');
INSERT INTO gateway_answers (gateway, since, merchant_id, orders) VALUES
  ('bank-simulator', '2026-11-26 07:50:30+00', '01a216d5-a4aa-7b63-918d-4fc91e00498d', '2');
