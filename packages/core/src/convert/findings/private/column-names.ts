import type { PrivateKind } from "./finding.ts";

/** What a column's name tells of its values. */
export type NamedKind = Extract<
  PrivateKind,
  "first-name" | "last-name" | "full-name" | "birth-date" | "document" | "national-id" | "phone" | "address"
>;

/** In English, German, French, Spanish, Italian, Portuguese, Dutch and Polish; without accents, words parted by spaces. */
const words: Readonly<Record<NamedKind, readonly string[]>> = {
  "first-name":
    list(`first name, firstname, given name, given names, givenname, forename, middle name, middlename, vorname, vornamen, prenom,
    prenoms, nombre de pila, primer nombre, nome proprio, primeiro nome, prenome, voornaam, voornamen, imie, imiona`),
  "last-name": list(`last name, lastname, surname, family name, familyname, maiden name, nachname, familienname, geburtsname, zuname,
    nom de famille, nom famille, nom de naissance, nom usage, apellido, apellidos, apellido1, apellido2, cognome, cognomi, sobrenome,
    ultimo nome, apelido, apelidos, achternaam, familienaam, nazwisko`),
  "full-name": list(`patient name, customer name, client name, employee name, student name, contact name, contact person, father name,
    mother name, fathers name, mothers name, kundenname, patientenname, ansprechpartner, nom et prenom, nom prenom, nom du patient,
    nombre y apellidos, nombre y apellido, apellidos y nombre, cognome e nome, nome e cognome, nome da mae, contactpersoon, imie i nazwisko`),
  "birth-date": list(`birth date, birthdate, date of birth, dateofbirth, date birth, dob, birthday, birth day, geburtsdatum, geburtstag,
    geb datum, geb dat, gebdat, date de naissance, date naissance, fecha de nacimiento, fecha nacimiento, fec nac, f nacimiento,
    data di nascita, data nascita, data de nascimento, data nascimento, dt nascimento, geboortedatum, geboorte datum, data urodzenia`),
  document: list(`passport, passport number, passport no, passport nr, driving licence, driving license, drivers licence, drivers license,
    driver licence, driver license, driver s license, driver s licence, licence plate, license plate, reisepass, reisepassnummer,
    passnummer, ausweisnummer, personalausweis, personalausweisnummer, fuhrerschein, fuehrerschein, kfz kennzeichen, passeport,
    numero de passeport, carte d identite, cni, permis de conduire, plaque d immatriculation, pasaporte, numero de pasaporte,
    permiso de conducir, matricula vehiculo, passaporto, patente di guida, carta d identita, targa, passaporte, carteira de identidade, cnh,
    paspoort, paspoortnummer, rijbewijs, kenteken, paszport, numer paszportu, dowod osobisty, prawo jazdy`),
  "national-id": list(`ssn, social security, social security number, social security no, social insurance number, national id,
    national id number, national identity number, national insurance number, ni number, nino, nhs number, medicare number, tax id number,
    taxpayer id, personal id number, identity number, sozialversicherungsnummer, rentenversicherungsnummer, svnr, sv nummer, steuer id,
    steueridentifikationsnummer, steuernummer, numero de securite sociale, numero securite sociale, securite sociale, num secu, nir,
    numero fiscal, dni, nie, nif, numero de la seguridad social, seguridad social, codice fiscale, codicefiscale, cod fiscale, cpf, nis, pis,
    bsn, burgerservicenummer, sofinummer, rijksregisternummer, pesel, nip, personnummer, personnr, fodselsnummer, cpr nummer, cpr nr, cpr,
    hetu, henkilotunnus, isikukood, rodne cislo, cnp, egn, oib, emso, jmbg, amka, tckn, tc kimlik no, aadhaar, aadhar, pan number, curp, rut,
    sin, ahv nummer, ahv`),
  phone: list(`phone, phone number, phone no, phonenumber, phone1, phone2, telephone, telephone number, tel, tel no, telno, tel nr, telnr,
    telefon, telefonnummer, telefon nr, mobile, mobile phone, mobile number, mobile no, cell, cell phone, cellphone, fax, fax number, telefax,
    faxnummer, whatsapp, handy, handynummer, mobil, mobiltelefon, mobilnummer, rufnummer, numero de telephone, num tel, portable,
    telefono, telefonos, movil, celular, cellulare, telefone, telemovel, telefoon, telefoonnummer, mobiel, gsm, komorka, numer telefonu`),
  address: list(`address, address 1, address1, address line 1, street address, home address, postal address, mailing address,
    residential address, anschrift, adresse, privatadresse, privatanschrift, wohnadresse, wohnanschrift, adresse personnelle,
    adresse postale, domicile, direccion, domicilio, indirizzo, indirizzo di residenza, residenza, endereco, morada, adres, woonadres,
    adres zamieszkania`),
};

/** Words for a phone that mean other things as well, so that a column of whole numbers under them is none. */
const ambiguous = new Set(list("tel, mobile, cell, portable, gsm, mobil, mobiel"));
/** Words for what tells of a person only beside columns that do: schools have addresses, too. */
const supporting: ReadonlySet<NamedKind> = new Set(["address", "full-name"]);
/** Two or three letters that are other things in most files: only values with a valid check digit count. */
const shortWords = new Set(list("nir, nino, nie, nif, nip, nis, pis, rut, sin, cpr, cpf, cnp, egn, oib, ahv, cnh, cni, dni, bsn, targa"));

function list(text: string): string[] {
  return text.split(",").map((word) => word.trim().replaceAll(/\s+/g, " "));
}

/** A name as it is looked up: lower case, without accents, words parted by spaces; `FirstName` and `first_name` are one. */
export function plainName(name: string): string {
  return name
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll("ß", "ss")
    .replaceAll(/[łŁ]/g, "l")
    .replaceAll(/(\p{Ll}|\d)(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/** What a column's name says. */
export interface SaidByName {
  readonly kind: NamedKind;
  /** The words in the name that say it. */
  readonly word: string;
  /** It tells nothing unless the values have the form. */
  readonly isShort: boolean;
  readonly isAmbiguous: boolean;
  /** It tells nothing unless another column of the table is about people. */
  readonly isSupporting: boolean;
}

/** What a column's name says of private data; longer words first, and none within a longer name but as words of their own. */
export function saidByName(name: string): SaidByName | undefined {
  const plain = ` ${plainName(name)} `;
  let found: SaidByName | undefined;
  for (const kind of Object.keys(words) as NamedKind[])
    for (const word of words[kind]) {
      if (!plain.includes(` ${word} `) || word.length <= (found?.word.length ?? 0)) continue;
      found = { kind, word, isShort: shortWords.has(word), isAmbiguous: ambiguous.has(word), isSupporting: supporting.has(kind) };
    }
  return found;
}
