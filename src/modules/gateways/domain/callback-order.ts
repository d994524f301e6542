// How `gateway_callbacks` is read in slices: by when a callback came, written as a text in the column `received`.

const SLICES = { key: ['received', 'gateway', 'event_id'], size: 2_000 } as const;

export const OLDEST_CALLBACKS = { ...SLICES, start: ['-infinity', '', ''] } as const;

export const NEWEST_CALLBACKS = { ...SLICES, start: ['infinity', '', ''] } as const;
