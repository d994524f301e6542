import { merchantShown, type Session } from '../api/session.ts';
import type { Catalogue } from '../text/catalogue.ts';
import { HomeIcon, PayIcon } from '../ui/icons.tsx';

export interface Place {
  readonly to: string;
  readonly name: keyof Catalogue['shell']['pages'];
  readonly icon: typeof HomeIcon;
}

export interface PlaceGroup {
  /** Null: those at the top need no heading. */
  readonly name: keyof Catalogue['shell']['groups'] | null;
  readonly places: readonly Place[];
}

/** The pages that there are, in their order. A page that is not in it is reached from one that is. */
export function placesOf(session: Session): readonly PlaceGroup[] {
  const home: Place = { to: '/', name: 'home', icon: HomeIcon };
  const pay: Place = { to: '/pay', name: 'pay', icon: PayIcon };
  return [{ name: null, places: merchantShown(session) === null ? [home] : [home, pay] }];
}
