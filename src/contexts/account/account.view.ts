import { ApiProperty } from '@nestjs/swagger';
import { exampleIds, IdValue, TextValue, TimestampValue } from '../../platform/fields/view-fields';

export class SuspendedAppView {
  @IdValue(exampleIds.oauth_app)
  id!: string;

  @TextValue('Nightly export')
  name!: string;
}

export class SuspendedWebhookView {
  @IdValue(exampleIds.webhook)
  id!: string;

  @TextValue('https://hooks.example.com/tideline')
  url!: string;
}

export class SuspendedUserView {
  @IdValue(exampleIds.user)
  id!: string;

  @TextValue('Grace Hopper')
  name!: string;

  @TextValue('grace@example.com')
  email!: string;
}

export class SuspendedView {
  @ApiProperty({ type: [SuspendedAppView] })
  apps!: SuspendedAppView[];

  @ApiProperty({ type: [SuspendedWebhookView] })
  webhooks!: SuspendedWebhookView[];

  @ApiProperty({ type: [SuspendedUserView] })
  users!: SuspendedUserView[];
}

export class AccountDetailView {
  @IdValue(exampleIds.account)
  id!: string;

  @TextValue('Analytical Engines')
  name!: string;

  @TimestampValue()
  created_at!: string;

  @ApiProperty({
    type: SuspendedView,
    description:
      'What has stopped until an owner confirms it, because it was made before the owner proved the e-mail address; of ' +
      'each kind at most 100, and none that the caller may not read.',
  })
  suspended!: SuspendedView;
}
