import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import {
  actorOf,
  API_PREFIX,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiPage,
  ApiTags,
  Caller,
  IdParam,
  NotFound,
  onePage,
  OperatorOnly,
  type Page,
  type Principal,
  ProblemResponses,
  ValidationFailed,
} from '../../../platform/http/http.public.js';
import { BankGateways } from '../application/bank-gateways.js';
import { ChangeRouting, type RuleFields } from '../application/change-routing.js';
import { RuleNotFound } from '../domain/refusals.js';
import { RoutingRules } from '../domain/routing.js';
import { RoutingRuleDocument, ruleView } from './gateway-documents.js';
import { CreateRoutingRuleBody, given, ruleFieldsOf, UpdateRoutingRuleBody } from './gateway-requests.js';
import { ruleErrors } from './rule-errors.js';

/** Which bank gets which payout. Without rules it is the first bank of GATEWAYS that carries the payout's mode. */
@ApiTags('Gateways')
@OperatorOnly()
@Controller('routing-rules')
export class RoutingRulesController {
  constructor(
    private readonly rules: RoutingRules,
    private readonly routing: ChangeRouting,
    private readonly banks: BankGateways,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listRoutingRules',
    summary: 'List the routing rules by priority',
    description: 'The first rule that matches decides which bank gets a payout.',
  })
  @ApiPage(RoutingRuleDocument)
  async listRoutingRules(): Promise<Page<RoutingRuleDocument>> {
    return onePage((await this.rules.all()).map(ruleView));
  }

  @Post()
  @ApiOperation({
    operationId: 'createRoutingRule',
    summary: 'Add a routing rule',
    description:
      'The first rule that matches, and whose bank can take the payout, decides. Takes effect within a second.',
  })
  @ApiCreatedResponse({ type: RoutingRuleDocument })
  @ProblemResponses(ValidationFailed)
  async createRoutingRule(
    @Caller() caller: Principal,
    @Body() body: CreateRoutingRuleBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RoutingRuleDocument> {
    const fields = ruleFieldsOf(body);
    this.check(fields, fields);
    const rule = await this.routing.add(fields, actorOf(caller));
    reply.header('location', `/${API_PREFIX}/routing-rules/${rule.id}`);
    return ruleView(rule);
  }

  @Get(':id')
  @ApiOperation({
    operationId: 'getRoutingRule',
    summary: 'Read one routing rule',
    description: 'Returns disabled rules too.',
  })
  @ApiOkResponse({ type: RoutingRuleDocument })
  @ProblemResponses(NotFound)
  async getRoutingRule(@IdParam('id') id: string): Promise<RoutingRuleDocument> {
    const rule = await this.rules.find(id);
    if (rule === null) throw new RuleNotFound();
    return ruleView(rule);
  }

  @Patch(':id')
  @ApiOperation({
    operationId: 'updateRoutingRule',
    summary: 'Change a routing rule, or enable or disable it',
    description: 'Fields that are omitted do not change. Takes effect within a second.',
  })
  @ApiOkResponse({ type: RoutingRuleDocument })
  @ProblemResponses(ValidationFailed, NotFound)
  async updateRoutingRule(
    @Caller() caller: Principal,
    @IdParam('id') id: string,
    @Body() body: UpdateRoutingRuleBody,
  ): Promise<RoutingRuleDocument> {
    const rule = await this.rules.find(id);
    if (rule === null) throw new RuleNotFound();
    const fields = given(body);
    this.check(fields, { ...rule, ...fields });
    return ruleView(await this.routing.change(id, fields, actorOf(caller)));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'deleteRoutingRule',
    summary: 'Delete a routing rule',
    description:
      'Also answers 204 if there is no rule with this id, or it was deleted before. An id that is not a UUID ' +
      'answers 404.',
  })
  @ApiNoContentResponse()
  @ProblemResponses(NotFound)
  async deleteRoutingRule(@IdParam('id') id: string): Promise<void> {
    await this.routing.remove(id);
  }

  /** A rule whose bank is no longer enabled can still be changed, or switched off. */
  private check({ gateway }: Partial<RuleFields>, { minAmountPaise, maxAmountPaise }: RuleFields): void {
    const banks = this.banks.all.map(({ name }) => name);
    const changed = gateway === undefined ? {} : { gateway };
    const [first, ...rest] = ruleErrors({ ...changed, minAmountPaise, maxAmountPaise }, banks);
    if (first !== undefined) throw new ValidationFailed([first, ...rest]);
  }
}
