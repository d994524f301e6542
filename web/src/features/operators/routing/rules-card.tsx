import type { RoutingRuleDocument } from '../../../api/generated/types.gen.ts';
import { formatRupees } from '../../../money/format.ts';
import { paiseOf } from '../../../money/paise.ts';
import { LOCALES, useLanguage, useText } from '../../../text/language.ts';
import { formatCount } from '../../../text/moments.ts';
import { Button } from '../../../ui/button.tsx';
import { Card } from '../../../ui/card.tsx';
import { Badge } from '../../../ui/status-badge.tsx';
import { MerchantName } from '../merchant-name.tsx';
import { RemoveButton, SwitchButton } from './rule-buttons.tsx';

interface RulesCardProps {
  readonly rules: readonly RoutingRuleDocument[];
  readonly onAdd: () => void;
  readonly onEdit: (rule: RoutingRuleDocument) => void;
}

/** The rules in the order in which they are checked. */
export function RulesCard({ rules, onAdd, onEdit }: RulesCardProps) {
  const { routing: texts } = useText();
  const language = useLanguage();
  const add = (
    <Button size="small" onClick={onAdd}>
      {texts.add}
    </Button>
  );
  return (
    <Card title={texts.rules} actions={add}>
      {rules.length === 0 && <p className="p-4 text-muted">{texts.noRules}</p>}
      <ol className="divide-y divide-line">
        {rules.map((rule) => (
          <li key={rule.id} className="flex flex-wrap items-center justify-between gap-3 px-4 py-3">
            <span className="grid min-w-0 gap-1">
              <span className="flex flex-wrap items-center gap-2">
                <span className="font-medium">{rule.gateway}</span>
                <span className="text-muted">{texts.priorityOf(formatCount(rule.priority, language))}</span>
                {!rule.is_enabled && <Badge tone="plain">{texts.off}</Badge>}
              </span>
              <Conditions rule={rule} />
            </span>
            <span className="flex flex-wrap gap-2">
              <Button size="small" onClick={() => onEdit(rule)}>
                {texts.edit}
              </Button>
              <SwitchButton rule={rule} />
              <RemoveButton rule={rule} />
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}

/** The conditions of a rule, in words. */
function Conditions({ rule }: { readonly rule: RoutingRuleDocument }) {
  const { routing: texts } = useText();
  const language = useLanguage();
  const { mode, min_amount_paise: min, max_amount_paise: max, beneficiary_bank: bank, merchant_id: merchantId } = rule;
  const rupees = (paise: number): string => formatRupees(paiseOf(paise), LOCALES[language]);
  const conditions = [
    mode,
    min === null ? null : texts.atLeast(rupees(min)),
    max === null ? null : texts.atMost(rupees(max)),
    bank === null ? null : texts.bankIs(bank),
    rule.percentage === 100 ? null : texts.shareOf(formatCount(rule.percentage, language)),
  ].filter((one) => one !== null);
  return (
    <span className="flex flex-wrap gap-x-3 text-sm text-muted">
      {conditions.length === 0 && merchantId === null && <span>{texts.everything}</span>}
      {conditions.map((condition) => (
        <span key={condition}>{condition}</span>
      ))}
      {merchantId !== null && <MerchantName id={merchantId} />}
    </span>
  );
}
