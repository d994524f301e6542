import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { createRoutingRule, updateRoutingRule } from '../../../api/generated/sdk.gen.ts';
import { useText } from '../../../text/language.ts';
import { Button } from '../../../ui/button.tsx';
import { Card } from '../../../ui/card.tsx';
import { refusalsOf } from '../../../ui/form-problem.ts';
import { ProblemMessage } from '../../../ui/problem-message.tsx';
import { toast } from '../../../ui/toast.tsx';
import { routingRules } from '../queries.ts';
import { readDraft, type RuleBody, type RuleDraft } from './rule-draft.ts';
import { RuleFields } from './rule-fields.tsx';

interface RuleEditorProps {
  readonly draft: RuleDraft;
  readonly banks: readonly string[];
  readonly onChange: (draft: RuleDraft) => void;
  readonly onClose: () => void;
}

/** Edits one rule. Nothing changes until it is saved; the preview shows what would change. */
export function RuleEditor({ draft, banks, onChange, onClose }: RuleEditorProps) {
  const { routing: texts, shell, problems } = useText();
  const queries = useQueryClient();
  const [isTried, setIsTried] = useState(false);
  const read = readDraft(draft);
  const saving = useMutation({
    mutationFn: (body: RuleBody) =>
      draft.id === null ? createRoutingRule({ body }) : updateRoutingRule({ path: { id: draft.id }, body }),
    onSuccess: async () => {
      toast(texts.saved);
      onClose();
      await queries.invalidateQueries({ queryKey: routingRules.queryKey });
      await queries.invalidateQueries({ queryKey: ['routing-preview'] });
    },
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setIsTried(true);
    if (read.ok) saving.mutate(read.body);
  };
  return (
    <Card title={draft.id === null ? texts.add : texts.edit}>
      <form noValidate className="grid gap-4 p-4" onSubmit={submit}>
        <RuleFields
          draft={draft}
          banks={banks}
          wrong={isTried && !read.ok ? read.wrong : {}}
          refused={refusalsOf(saving.error, problems)}
          onChange={onChange}
        />
        {saving.error !== null && <ProblemMessage error={saving.error} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{shell.cancel}</Button>
          <Button type="submit" tone="primary" isBusy={saving.isPending}>
            {texts.save}
          </Button>
        </div>
      </form>
    </Card>
  );
}
