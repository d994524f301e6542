import { Flag, Integer, Text } from '../../../platform/http/http.public.js';
import { ACCOUNT_NUMBER, IFSC, VPA } from '../domain/bank-account.js';
import { EMAIL, EMAIL_MAX_LENGTH, MAX_PER_SECOND, NAME_MAX_LENGTH } from '../domain/merchant.js';

const EMAIL_ADDRESS = { max: EMAIL_MAX_LENGTH, only: EMAIL, means: 'an e-mail address' };

export class CreateMerchantBody {
  @Text({ max: NAME_MAX_LENGTH, names: true, example: 'Acme Agency' })
  name!: string;

  @Text({ ...EMAIL_ADDRESS, example: 'ops@acme.example' })
  email!: string;
}

export class UpdateMerchantBody {
  @Text({ max: NAME_MAX_LENGTH, names: true, optional: true, example: 'Acme Agency' })
  name?: string;

  @Text({ ...EMAIL_ADDRESS, optional: true, example: 'ops@acme.example' })
  email?: string;

  @Flag({
    optional: true,
    description: 'An inactive merchant can read, but cannot move money; what was requested before waits.',
    example: false,
  })
  is_active?: boolean;

  @Integer({
    min: 0,
    max: MAX_PER_SECOND,
    nullable: true,
    description:
      'How many reads this merchant, and each of its keys, may send per second. Null or 0: the service’s ' +
      'settings apply.',
    example: 100,
  })
  reads_per_second?: number | null;

  @Integer({
    min: 0,
    max: MAX_PER_SECOND,
    nullable: true,
    description: 'The same for writes, which are all other requests.',
    example: 100,
  })
  writes_per_second?: number | null;
}

export class CreateApiKeyBody {
  @Text({ max: NAME_MAX_LENGTH, names: true, description: 'What the key is for.', example: 'Billing server' })
  name!: string;
}

export class RegisterBankAccountBody {
  @Text({
    max: NAME_MAX_LENGTH,
    names: true,
    description: 'The name under which the bank knows the holder.',
    example: 'Asha Rao',
  })
  account_holder_name!: string;

  @Text({
    min: 5,
    max: 35,
    only: ACCOUNT_NUMBER,
    means: 'letters and digits',
    optional: true,
    description: 'A string, because leading zeros count. Requires `ifsc`. Send a `vpa` instead of both for UPI.',
    example: '000123450001',
  })
  account_number?: string;

  @Text({
    min: 11,
    max: 11,
    only: IFSC,
    means: 'four capital letters, a zero, six capital letters or digits',
    optional: true,
    example: 'HDFC0000001',
  })
  ifsc?: string;

  @Text({
    min: 5,
    max: 100,
    only: new RegExp(VPA, 'i'),
    means: 'a virtual payment address',
    optional: true,
    description: 'For UPI: the virtual payment address, instead of `account_number` and `ifsc`.',
  })
  vpa?: string;
}

export class UpdateBankAccountBody {
  @Flag({ description: 'An inactive account refuses new payouts. Payouts that no bank has yet wait.', example: false })
  is_active!: boolean;
}
