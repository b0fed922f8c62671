/**
 * Words beside the name of a column that say of which kind the value is: "Billing City", "Ville (bureau)", "E-mail 2".
 * They are taken off before the name is looked up.
 */
export type ColumnGroup = 'business' | 'home' | 'billing' | 'shipping' | 'mailing' | 'other';

/** By group, the likelier group first: of two equally full columns it is taken. */
export const groupWords: Readonly<Record<ColumnGroup, string>> = {
  business:
    'business, work, office, company, corporate, professional, organization, organisation, account, employer, headquarters, hq, pro, workplace, job, ' +
    'geschäftlich, dienstlich, geschäft, firma, firmen, büro, arbeit, beruflich, bureau, travail, professionnel, professionnelle, entreprise, société, ' +
    'trabajo, oficina, empresa, laboral, negocio, ufficio, uff, lavoro, azienda, aziendale, società, werk, zakelijk, kantoor, bedrijf, werkadres, ' +
    'trabalho, comercial, empresarial, profissional, escritório, służbowy, służbowa, służbowe, praca, firmowy, firmowa, firmowe, biuro, ' +
    'arbete, arb, jobb, kontor, företag, arbejde, virksomhed, työ, toimisto, yritys, рабочий, рабочая, служебный, организация, раб, ' +
    '工作, 商务, 办公, 单位, 公司, 办公室, 勤務先, 会社, 仕事, 職場, オフィス',
  mailing:
    'mailing, mail, postal, correspondence, post, post office, po, postalisch, korrespondenz, correspondencia, correspondentie, корреспонденции, 邮寄, 通信, 郵送',
  billing:
    'billing, invoice, invoicing, bill to, rechnung, rechnungs, rechnungsadresse, facturation, facturación, factura, fatturazione, cobrança, faturamento, faturação, factuur, facturatie, ' +
    'faktura, fakturering, rozliczeniowy, laskutus, счет, оплата, 账单, 帐单, 請求先, 請求書',
  home:
    'home, personal, private, residence, residential, privat, privée, privé, domicile, personnel, personnelle, casa, particular, domicilio, abitazione, ab, personale, privato, ' +
    'thuis, privéadres, huisadres, residencial, residência, pessoal, domowy, domowa, domowe, prywatny, prywatna, prywatne, dom, hem, priv, bostad, privata, hjem, bolig, private, koti, yksityinen, ' +
    'домашний, домашняя, личный, личная, дом, 住宅, 家庭, 个人, 家庭地址, 自宅, 個人',
  shipping:
    'shipping, delivery, ship to, ship, liefer, lieferung, lieferadresse, livraison, envío, entrega, spedizione, consegna, levering, verzend, bezorg, aflever, dostawa, dostawy, ' +
    'leverans, levering, toimitus, доставка, доставки, 送货, 收货, 配送, 配送先, お届け先, sa',
  other:
    'other, secondary, alternate, alternative, additional, weitere, weiterer, weiteres, weiteres r, weiteres e, andere, anderer, sonstige, autre, secondaire, otro, otra, otros, altro, altri, altra, outro, outra, ' +
    'ander, anders, overig, overige, inny, inna, inne, övrig, annan, annat, anden, øvrig, andet, muu, другой, другая, прочий, 其他, 另外, その他, その他の',
};

/** Words that say nothing about the value. */
export const neutralWords =
  'default, primary, main, preferred, current, principal, contact, person, customer, client, lead, member, attendee, buyer, purchaser, recipient, subscriber, guest, prospect, ' +
  'value, field, address, of address, of the address, your, my, the, their, his, her, details, info, information, properties, property, required, optional, line, number 1, full, ' +
  'e g, eg, for contact, of contact, of the contact, supplier, vendor, details of, ' +
  'de, del, do, da, di, du, des, der, of, op, for, til, för, la, adres, adresse, adress, endereço, indirizzo, dirección, ' +
  'haupt, hoofd, primær, principal, kontakt, standard, ihre, ihr, kunde, kunden, hauptkontakt, votre, client, principale, su, tu, cliente, contacto, contatto, contato, klant, uw, contactpersoon, klient, kunde, asiakas, kontakti, ' +
  'контакт, клиент, основной, основная, 联系人, 客户, 主要, 您的, 顧客, 担当者, 連絡先, お客様, 代表, 通常の';
