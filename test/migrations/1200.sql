INSERT INTO gateway_callbacks (gateway, event_id, reference, amount_paise, ending, body_digest, received_at, tries, next_try_at, outcome) VALUES
  ('bank-simulator', '01a2158a-f70c-7cda-8b08-6a34e0081226.returned', '01a2158a-f70c-7cda-8b08-6a34e0081226', '1300', '{"utr": "633000000004", "kind": "returned", "failure": {"code": "bank_account_closed", "reason": "The beneficiary account is closed.", "source": "beneficiary_bank", "retryable": false}}', '23fe1c73ae5a83d3f03cb2a42f224e8c0a248383faa5501bd50a62bc515d9f19', '2026-11-26 01:49:28.923449+00', '0', NULL, 'taken_in');

INSERT INTO bank_simulator.callbacks (reference, event, due_at, claimed_until, delivered_at) VALUES
  ('01a2158a-f70c-7cda-8b08-6a34e0081226', 'returned', '2025-01-01T00:00:00Z', '2026-11-26 01:49:38.913665+00', '2026-11-26 01:49:28.938083+00');

INSERT INTO gateway_states (gateway, is_paused, paused_reason, paused_by, open_until, openings, probing_until, updated_at) VALUES
  ('razorpayx', true, 'maintenance', 'operator', NULL, 0, NULL, '2025-01-01T00:00:00Z');

INSERT INTO routing_rules (id, priority, is_enabled, gateway, mode, min_amount_paise, max_amount_paise, beneficiary_bank, merchant_id, percentage, created_by, updated_by, created_at, updated_at) VALUES
  ('01a2158a-f27f-747d-8299-000000001200', 10, false, 'razorpayx', 'NEFT', 100, 1000000, 'HDFC', NULL, 50, 'operator', 'operator', '2025-01-01T00:00:00Z', '2025-01-01T00:00:00Z');
