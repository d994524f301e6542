import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { deleteRoutingRule, updateRoutingRule } from '../../../api/generated/sdk.gen.ts';
import type { RoutingRuleDocument } from '../../../api/generated/types.gen.ts';
import { useText } from '../../../text/language.ts';
import { Button } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { routingRules } from '../queries.ts';

interface RuleButtonProps {
  readonly rule: RoutingRuleDocument;
}

export function SwitchButton({ rule: { id, is_enabled: isEnabled } }: RuleButtonProps) {
  const { routing: texts } = useText();
  return (
    <AskedButton
      title={isEnabled ? texts.switchOff : texts.switchOn}
      lead={isEnabled ? texts.switchOffLead : texts.switchOnLead}
      tone="primary"
      run={() => updateRoutingRule({ path: { id }, body: { is_enabled: !isEnabled } })}
    />
  );
}

export function RemoveButton({ rule: { id } }: RuleButtonProps) {
  const { routing: texts } = useText();
  return (
    <AskedButton
      title={texts.remove}
      lead={texts.removeLead}
      tone="danger"
      run={() => deleteRoutingRule({ path: { id } })}
    />
  );
}

interface AskedButtonProps {
  readonly title: string;
  readonly lead: string;
  readonly tone: 'primary' | 'danger';
  readonly run: () => Promise<unknown>;
}

function AskedButton({ run, ...rest }: AskedButtonProps) {
  const queries = useQueryClient();
  const [isAsking, setIsAsking] = useState(false);
  const changing = useMutation({
    mutationFn: run,
    onSuccess: async () => {
      setIsAsking(false);
      await queries.invalidateQueries({ queryKey: routingRules.queryKey });
      await queries.invalidateQueries({ queryKey: ['routing-preview'] });
    },
  });
  return (
    <>
      <Button size="small" onClick={() => setIsAsking(true)}>
        {rest.title}
      </Button>
      {isAsking && (
        <ConfirmDialog
          {...rest}
          doing={changing}
          onConfirm={() => changing.mutate()}
          onClose={() => setIsAsking(false)}
        />
      )}
    </>
  );
}
