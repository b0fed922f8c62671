/** Names of mailboxes that people share, in the languages of the headers that imports know. */
const names = new Set(
  [
    'abuse accounting accounts admin administration adm anfrage anfragen atendimento atencion bestellung billing',
    'bokning booking bookings buchhaltung buero biuro büro clientes comercial commercial compta comptabilite',
    'contabilidad contabilita contact contacto contactus contato contatti customer customerservice customers desk empfang',
    'enquiries enquiry export facturacion facturas faktura fakturor feedback finance firma frontdesk general hallo hei hej hello help',
    'helpdesk hi hilfe hola hotel hr import info infos information informacion informacje inbox jobs karriere kanzlei kasse',
    'klantenservice kontakt kontor kundenservice kundeservice kundservice mail mailbox marketing media office',
    'officemanager order orders ordre personal post posta postmaster praxis press presse privacy procurement purchasing recepcion',
    'reception receptie rechnung rechnungen redaktion registration rezeption sales secretaria secretariat segreteria sekretariat',
    'sekretariatet service services shop sprzedaz store support team technik tilaukset vente ventas ventes verkauf verkoop',
    'vertrieb verwaltung webmaster welcome zamowienia zakaz zentrale myynti toimisto asiakaspalvelu salg salgs forsaljning',
  ].flatMap((line) => line.split(' ')),
);

/** @returns whether several people may use the address, such as `info@acme.example` and `info.berlin@acme.example`. */
export function isSharedMailbox(address: string): boolean {
  const local = address.slice(0, Math.max(0, address.lastIndexOf('@'))).toLowerCase();
  return names.has(local) || names.has(/^[^._+\d-]*/.exec(local)![0]);
}
