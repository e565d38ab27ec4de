/**
 * `/calendar.ics`: planned maintenance for people's calendars (RFC 5545), and the days that announcements are about.
 * A cancelled maintenance stays, as cancelled.
 */
import ical, { ICalCalendarMethod, ICalCategory, ICalEventStatus } from 'ical-generator';
import type { Snapshot } from '../page.ts';
import { announcementKindNames, componentTitles, type Lang, words } from './words.ts';

export const renderCalendar = (
  snapshot: Snapshot,
  { site, origin, lang }: { readonly site: string; readonly origin: string; readonly lang: Lang },
): string => {
  const calendar = ical({
    name: `${site} ${words.maintenance[lang]}`,
    prodId: { company: 'Breakwater', product: 'Status page' },
    method: ICalCalendarMethod.PUBLISH,
    url: `${origin}/calendar.ics`,
  });
  for (const item of snapshot.maintenances)
    calendar.createEvent({
      id: `${item.id}@breakwater`,
      sequence: item.sequence,
      stamp: new Date(item.changedAtMs),
      lastModified: new Date(item.changedAtMs),
      start: new Date(item.fromMs),
      end: new Date(item.toMs),
      summary: item.title[lang],
      description: [item.text[lang], ...item.components.map((component) => componentTitles[component][lang])].join(
        '\n',
      ),
      status: item.cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
      url: `${origin}/`,
    });
  for (const { id, atMs, kind, title, text, fromDay, toDay } of snapshot.announcements) {
    if (fromDay === undefined) continue;
    calendar.createEvent({
      id: `${id}@breakwater`,
      stamp: new Date(atMs),
      lastModified: new Date(atMs),
      allDay: true,
      start: new Date(Date.parse(fromDay)),
      // The day after the last one: an end is not part of what it ends.
      end: new Date(Date.parse(toDay ?? fromDay) + 86_400_000),
      summary: title[lang],
      description: text[lang],
      categories: [new ICalCategory({ name: announcementKindNames[kind ?? 'news'][lang] })],
      url: `${origin}/history#${id}`,
    });
  }
  return calendar.toString();
};
