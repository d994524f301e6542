import { Injectable } from '@nestjs/common';
import { ServerClock } from '../../../platform/clock/clock.public.js';
import { nextId } from '../../../shared/ids.js';
import { RuleNotFound } from '../domain/refusals.js';
import { type RoutingRule, RoutingRules } from '../domain/routing.js';
import { Router } from './router.js';

export type RuleFields = Omit<RoutingRule, 'id' | 'createdBy' | 'updatedBy' | 'createdAt' | 'updatedAt'>;

/** Operators change which bank gets which payout. In effect here at once, in other processes within about a second. */
@Injectable()
export class ChangeRouting {
  constructor(
    private readonly rules: RoutingRules,
    private readonly router: Router,
    private readonly clock: ServerClock,
  ) {}

  async add(fields: RuleFields, actor: string): Promise<RoutingRule> {
    const { clockTime: now } = await this.clock.now();
    const by = { createdBy: actor, updatedBy: actor, createdAt: now, updatedAt: now };
    const rule = { id: nextId(now.getTime()), ...fields, ...by };
    await this.rules.add(rule);
    await this.router.changed();
    return rule;
  }

  /** @throws RuleNotFound, also when the rule has been removed meanwhile */
  async change(id: string, fields: Partial<RuleFields>, actor: string): Promise<RoutingRule> {
    const rule = await this.rules.find(id);
    if (rule === null) throw new RuleNotFound();
    const { clockTime: updatedAt } = await this.clock.now();
    const changed = { ...rule, ...fields, updatedBy: actor, updatedAt };
    if (!(await this.rules.change(changed))) throw new RuleNotFound();
    await this.router.changed();
    return changed;
  }

  /** Removing a rule that does not exist changes nothing. */
  async remove(id: string): Promise<void> {
    await this.rules.remove(id);
    await this.router.changed();
  }
}
