import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ProblemMessage } from '../../../ui/problem-message.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { gateways, routingRules } from '../queries.ts';
import { PreviewCard } from './preview-card.tsx';
import { draftOf, newDraft, readDraft, type RuleDraft } from './rule-draft.ts';
import { RuleEditor } from './rule-editor.tsx';
import { RulesCard } from './rules-card.tsx';
import { editedRules } from './sample.ts';

/** The rules, the one that is being edited, and a preview of the result. */
export function RoutingDesk() {
  const rules = useQuery(routingRules);
  const all = useQuery(gateways);
  const banks = all.data?.results.filter(({ kind }) => kind === 'bank');
  const [draft, setDraft] = useState<RuleDraft | null>(null);
  const failed = [rules, all].find(({ data, error }) => data === undefined && error !== null);
  if (failed?.error) return <ProblemMessage error={failed.error} onRetry={() => void failed.refetch()} />;
  if (rules.data === undefined || banks === undefined) return <Skeleton className="h-96 w-full" />;
  const stored = rules.data.results;
  const names = banks.map(({ name }) => name);
  const read = draft === null ? null : readDraft(draft);
  const edited = read?.ok === true ? editedRules(stored, draft?.id ?? null, read.body, names) : null;
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <div className="grid min-w-0 gap-6">
        <RulesCard
          rules={stored}
          onAdd={() => setDraft(newDraft(names[0] ?? ''))}
          onEdit={(rule) => setDraft(draftOf(rule))}
        />
        {draft !== null && (
          <RuleEditor key={draft.id} draft={draft} banks={names} onChange={setDraft} onClose={() => setDraft(null)} />
        )}
      </div>
      <PreviewCard edited={read?.ok === false ? 'incomplete' : edited} />
    </div>
  );
}
