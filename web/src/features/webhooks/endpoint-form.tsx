import { type ReactNode, useId, useState, type SubmitEvent } from 'react';
import type { CreateWebhookEndpointBody, WebhookEndpointDocument } from '../../api/generated/types.gen.ts';
import { eventName } from '../../text/event-names.ts';
import { useText } from '../../text/language.ts';
import { Field, Select, TextInput } from '../../ui/field.tsx';
import { refusalsOf } from '../../ui/form-problem.ts';
import { ProblemMessage } from '../../ui/problem-message.tsx';
import { ApiEventType } from './api-event-type.tsx';
import { EVENT_TYPES, type EventType } from './event-types.ts';

interface EndpointFormProps {
  readonly id: string;
  /** Undefined: a new endpoint. */
  readonly endpoint?: WebhookEndpointDocument;
  readonly error: Error | null;
  readonly onSubmit: (body: CreateWebhookEndpointBody) => void;
}

/** Where messages are sent, about which events, and in which order. */
export function EndpointForm({ id, endpoint, error, onSubmit }: EndpointFormProps) {
  const { webhooks: texts, problems } = useText();
  const [url, setUrl] = useState(endpoint?.url ?? '');
  const [description, setDescription] = useState(endpoint?.description ?? '');
  const [types, setTypes] = useState<readonly EventType[] | null>(
    (endpoint?.event_types ?? null) as EventType[] | null,
  );
  const [isOrdered, setIsOrdered] = useState(endpoint?.is_ordered ?? false);
  const [isEmpty, setIsEmpty] = useState(false);
  const refused = refusalsOf(error, problems, { webhook_url_refused: 'url' });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setIsEmpty(url.trim() === '');
    if (url.trim() === '') return;
    onSubmit({
      url: url.trim(),
      description: description.trim() || null,
      event_types: types === null ? null : [...types],
      is_ordered: isOrdered,
    });
  };
  return (
    <form id={id} noValidate className="grid gap-4" onSubmit={submit}>
      <Field label={texts.url} hint={texts.urlHint} error={isEmpty ? texts.urlWrong : refused['url']}>
        {(wiring) => <TextInput {...wiring} type="url" value={url} onChange={({ target }) => setUrl(target.value)} />}
      </Field>
      <Field label={texts.description} error={refused['description']} isOptional>
        {(wiring) => (
          <TextInput
            {...wiring}
            dir="auto"
            value={description}
            onChange={({ target }) => setDescription(target.value)}
          />
        )}
      </Field>
      <Field label={texts.events}>
        {(wiring) => (
          <Select
            {...wiring}
            value={types === null ? 'all' : 'some'}
            onChange={({ target }) => setTypes(target.value === 'all' ? null : ['payout.completed'])}
          >
            <option value="all">{texts.allEvents}</option>
            <option value="some">{texts.someEvents}</option>
          </Select>
        )}
      </Field>
      {types !== null && <TypeChoice chosen={types} onChange={setTypes} />}
      <Check isOn={isOrdered} onChange={setIsOrdered} label={texts.ordered} />
      <p className="text-sm text-muted">{texts.orderedHint}</p>
      {error !== null && <ProblemMessage error={error} />}
    </form>
  );
}

interface TypeChoiceProps {
  readonly chosen: readonly EventType[];
  readonly onChange: (types: readonly EventType[]) => void;
}

function TypeChoice({ chosen, onChange }: TypeChoiceProps) {
  const text = useText();
  const { webhooks: texts } = text;
  const toggle = (type: EventType, isOn: boolean): void =>
    onChange(EVENT_TYPES.filter((each) => (each === type ? isOn : chosen.includes(each))));
  return (
    <fieldset className="grid gap-x-4 gap-y-1 rounded-md border border-line p-3 sm:grid-cols-2">
      <legend className="sr-only">{texts.someEvents}</legend>
      {EVENT_TYPES.map((type) => (
        <Check
          key={type}
          isOn={chosen.includes(type)}
          onChange={(isOn) => toggle(type, isOn)}
          label={
            <span className="grid">
              {eventName(type, text)}
              <ApiEventType type={type} />
            </span>
          }
        />
      ))}
    </fieldset>
  );
}

interface CheckProps {
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  readonly label: ReactNode;
}

function Check({ isOn, onChange, label }: CheckProps) {
  const id = useId();
  return (
    <span className="flex min-h-6 items-center gap-2 max-sm:min-h-10">
      <input
        id={id}
        type="checkbox"
        className="size-4 accent-accent"
        checked={isOn}
        onChange={({ target }) => onChange(target.checked)}
      />
      <label htmlFor={id}>{label}</label>
    </span>
  );
}
