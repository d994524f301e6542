INSERT INTO payment_simulator.orders (reference, subject, charge_reference, amount_minor, currency, rate, purpose_code, outcome, failure_code, provider_id, received_at, settles_at, submissions) VALUES
  ('01a2158b-202b-72e6-8908-5c5198498848', 'payment', NULL, '12006', 'USD', '83.25', 'P0802', 'done', NULL, 'ch_sim_1', '2026-11-26 01:49:29.068272+00', '2025-01-01T00:00:00Z', '1'),
  ('01a2158b-2e01-70e8-9fb7-12b933652586', 'refund', '01a2158b-202b-72e6-8908-5c5198498848', '2006', 'USD', NULL, NULL, 'done', NULL, 'rf_sim_2', '2026-11-26 01:49:32.589006+00', '2025-01-01T00:00:00Z', '1');

INSERT INTO payment_simulator.movements (reference, subject, amount_minor, currency, moved_at) VALUES
  ('01a2158b-202b-72e6-8908-5c5198498848', 'payment', '12006', 'USD', '2026-11-26 01:49:32.068272+00'),
  ('01a2158b-2e01-70e8-9fb7-12b933652586', 'refund', '2006', 'USD', '2026-11-26 01:49:35.589006+00');

INSERT INTO payment_simulator.callbacks (reference, event, due_at, claimed_until, delivered_at) VALUES
  ('01a2158b-202b-72e6-8908-5c5198498848', 'succeeded', '2025-01-01T00:00:00Z', '2026-11-26 01:49:42.48828+00', '2026-11-26 01:49:32.502745+00'),
  ('01a2158b-2e01-70e8-9fb7-12b933652586', 'succeeded', '2025-01-01T00:00:00Z', '2026-11-26 01:49:45.991186+00', '2026-11-26 01:49:36.005429+00');

SELECT setval('payment_simulator.provider_ids', 100);
