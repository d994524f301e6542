import type { Holder } from '../api/session.ts';
import type { Catalogue } from '../text/catalogue.ts';
import { HomeIcon } from '../ui/icons.tsx';

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
export function placesOf(_holder: Holder): readonly PlaceGroup[] {
  return [{ name: null, places: [{ to: '/', name: 'home', icon: HomeIcon }] }];
}
