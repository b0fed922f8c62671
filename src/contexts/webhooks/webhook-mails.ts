import type { Webhook } from './webhook.entity';

interface Notice {
  readonly subject: string;
  readonly text: string;
}

export function deliveryGivenUpMail({ id, url }: Pick<Webhook, 'id' | 'url'>): Notice {
  return {
    subject: 'Events do not arrive at a webhook endpoint',
    text: [
      'Hello,',
      '',
      'Tideline tried for three days to deliver an event to this webhook endpoint, and gave up:',
      '',
      url,
      '',
      'Other events are still being tried. What went wrong stands in the deliveries of the endpoint:',
      '',
      `GET /api/v1/webhooks/${id}/deliveries?status=failed`,
      '',
      'When the receiver works again, POST …/replay sends what it missed. You get this message once, until a delivery succeeds.',
      '',
    ].join('\n'),
  };
}

export function switchedOffMail({ id, url }: Pick<Webhook, 'id' | 'url'>, reason: string): Notice {
  return {
    subject: 'A webhook endpoint was switched off',
    text: [
      'Hello,',
      '',
      'Tideline has switched off this webhook endpoint:',
      '',
      url,
      '',
      reason,
      '',
      'When the receiver works again, switch it on, and have sent what it missed (events are kept for 30 days):',
      '',
      `PATCH /api/v1/webhooks/${id} {"is_active": true}`,
      `POST /api/v1/webhooks/${id}/replay {"since": "…"}`,
      '',
    ].join('\n'),
  };
}
