import { Body, Controller, Get, Patch, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  API_PREFIX,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiPage,
  ApiTags,
  Forbidden,
  IdParam,
  LIST_REFUSALS,
  MerchantId,
  MerchantPageQuery,
  NotFound,
  OptionalMerchantId,
  type Page,
  PageRequest,
  ProblemResponses,
  ValidationFailed,
} from '../../../platform/http/http.public.js';
import { Overloaded } from '../../../platform/group-commit/group-commit.public.js';
import { ChangeBankAccount } from '../application/change-bank-account.js';
import { RegisterBankAccount } from '../application/register-bank-account.js';
import type { Destination } from '../domain/bank-account.js';
import { BankAccounts } from '../domain/bank-accounts.js';
import { BankAccountInactive, BankAccountNotFound, TooManyBankAccounts } from '../domain/refusals.js';
import { BankAccountDocument, bankAccountView } from './merchant-documents.js';
import { RegisterBankAccountBody, UpdateBankAccountBody } from './merchant-requests.js';

/** Where a merchant's money may go. */
@ApiTags('Bank accounts')
@Controller('bank-accounts')
export class BankAccountsController {
  constructor(
    private readonly accounts: BankAccounts,
    private readonly register: RegisterBankAccount,
    private readonly change: ChangeBankAccount,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listBankAccounts',
    summary: 'List bank accounts, newest first',
    description: 'Includes inactive ones. Of account numbers, only the last four characters are shown.',
  })
  @ApiPage(BankAccountDocument)
  @ProblemResponses(...LIST_REFUSALS, Forbidden)
  async listBankAccounts(
    @OptionalMerchantId() merchantId: string | null,
    @Query() query: MerchantPageQuery,
    @Req() request: FastifyRequest,
  ): Promise<Page<BankAccountDocument>> {
    const page = PageRequest.of(query, request);
    return page.page(await this.accounts.list(merchantId, page), ({ id }) => id, bankAccountView);
  }

  @Post()
  @ApiOperation({
    operationId: 'registerBankAccount',
    summary: 'Register a bank account',
    description:
      'Either an account, with `account_number` and `ifsc`, or a `vpa` for UPI. Each destination is registered ' +
      'once per holder’s name: if it is registered already, the answer is 200 with the existing account. Names ' +
      'that differ only in case or white space are the same; a different name makes a new account.',
  })
  @ApiCreatedResponse({ type: BankAccountDocument })
  @ApiOkResponse({ type: BankAccountDocument, description: 'The merchant already has this account.' })
  @ProblemResponses(ValidationFailed, NotFound, Forbidden, BankAccountInactive, TooManyBankAccounts, Overloaded)
  async registerBankAccount(
    @MerchantId('bank account') merchantId: string,
    @Body() body: RegisterBankAccountBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BankAccountDocument> {
    const command = { merchantId, holderName: body.account_holder_name, destination: destinationOf(body) };
    const { account, isNew } = await this.register.execute(command);
    if (isNew) reply.header('location', `/${API_PREFIX}/bank-accounts/${account.id}`);
    else reply.status(200);
    return bankAccountView(account);
  }

  @Get(':id')
  @ApiOperation({
    operationId: 'getBankAccount',
    summary: 'Read one bank account',
    description: 'Of account numbers, only the last four characters are shown. VPAs are never shown in full.',
  })
  @ApiOkResponse({ type: BankAccountDocument })
  @ProblemResponses(NotFound, Forbidden)
  async getBankAccount(
    @OptionalMerchantId('bank account') merchantId: string | null,
    @IdParam('id') id: string,
  ): Promise<BankAccountDocument> {
    const account = await this.accounts.find(merchantId, id);
    if (account === null) throw new BankAccountNotFound();
    return bankAccountView(account);
  }

  @Patch(':id')
  @ApiOperation({
    operationId: 'updateBankAccount',
    summary: 'Activate or deactivate a bank account',
    description: 'Nothing else of a bank account can be changed: a different number or name is a different account.',
  })
  @ApiOkResponse({ type: BankAccountDocument })
  @ProblemResponses(ValidationFailed, NotFound, Forbidden, Overloaded)
  async updateBankAccount(
    @OptionalMerchantId('bank account') merchantId: string | null,
    @IdParam('id') id: string,
    @Body() body: UpdateBankAccountBody,
  ): Promise<BankAccountDocument> {
    return bankAccountView(await this.change.execute({ merchantId, id, isActive: body.is_active }));
  }
}

/** @throws ValidationFailed unless the body names either an account at a branch or a VPA, and not both */
function destinationOf(body: RegisterBankAccountBody): Destination {
  const accountNumber = body.account_number ?? null;
  const ifsc = body.ifsc ?? null;
  const vpa = body.vpa ?? null;
  if (vpa !== null && accountNumber === null && ifsc === null) return { vpa: vpa.toLowerCase() };
  if (vpa === null && accountNumber !== null && ifsc !== null) return { accountNumber, ifsc };
  if (vpa !== null)
    throw new ValidationFailed([{ pointer: '#/vpa', detail: 'vpa cannot be combined with account_number and ifsc.' }]);
  const missing = accountNumber === null ? 'account_number' : 'ifsc';
  throw new ValidationFailed([{ pointer: `#/${missing}`, detail: `${missing} is required, unless vpa is sent.` }]);
}
