"""How Zenodo's older JSON names licences, relations, roles and funders."""

from __future__ import annotations

from . import vocabulary

_NEWER_RELATIONS = ("collects", "hastranslation", "iscollectedby", "istranslationof", "other")
RELATIONS = {
    known: name[0].lower() + name[1:]
    for known, name in vocabulary.RELATIONS.items()
    if known not in _NEWER_RELATIONS
}
"""Relations by their id; newer ones have no older name."""

ROLES = {known: name for known, name in vocabulary.ROLES.items() if known != "translator"}
"""Roles of contributors by their id."""

LICENCES = {
    "aal": "attribution",
    "agpl-3.0-only": "apgl-v3",
    "apache-1.0": "apache",
    "apache-2.0": "apache2.0",
    "apl-1.0": "apl1.0",
    "artistic-2.0": "artistic-license-2.0",
    "bsd-1-clause": "bsd-license",
    "bsd-2-clause": "bsd-2-clause-netbsd",
    "bsl-1.0": "bsl1.0",
    "catosl-1.1": "ca-tosl1.1",
    "cc-by-1.0": "cc-by",
    "cc-by-nc-2.0": "cc-nc",
    "cc-by-sa-1.0": "cc-by-sa",
    "cc0-1.0": "cc-zero",
    "cddl-1.0": "cddl1",
    "cpal-1.0": "cpal_1.0",
    "cua-opl-1.0": "cuaoffice",
    "ecl-2.0": "ecl2",
    "efl-1.0": "eiffel",
    "efl-2.0": "ver2_eiffel",
    "epl-1.0": "eclipse-1.0",
    "frameworx-1.0": "frameworx",
    "gfdl-1.1-only": "gfdl",
    "gpl-2.0-only": "gpl-2.0",
    "gpl-3.0-only": "gpl-3.0",
    "intel": "intel-osl",
    "ipa": "ipafont",
    "ipl-1.0": "ibmpl",
    "isc": "isc-license",
    "lal-1.2": "fal",
    "lgpl-2.1-only": "lgpl-2.1",
    "lgpl-3.0-only": "lgpl-3.0",
    "lpl-1.02": "lucent1.02",
    "mit": "mit-license",
    "mpl-1.0": "mozilla",
    "mpl-1.1": "mozilla1.1",
    "nasa-1.3": "nasa1.3",
    "ncsa": "uoi-ncsa",
    "ngpl": "nethack",
    "nposl-3.0": "nosl3.0",
    "ntp": "ntp-license",
    "oclc-2.0": "oclc2",
    "odbl-1.0": "odc-odbl",
    "odc-by-1.0": "odc-by",
    "ofl-1.0": "openfont",
    "ogl-canada-2.0": "canada-crown",
    "ogl-uk-1.0": "uk-ogl",
    "ogtsl": "opengroup",
    "pddl-1.0": "odc-pddl",
    "php-3.0": "php",
    "psf-2.0": "pythonsoftfoundation",
    "python-2.0": "pythonpl",
    "rpl-1.5": "rpl1.5",
    "rpsl-1.0": "real",
    "rscpl": "ricohpl",
    "sissl": "sun-issl",
    "smlnj": "standardml-nj",
    "spl-1.0": "sunpublic",
    "vsl-1.0": "vovidapl",
    "watcom-1.0": "sybase",
    "zlib": "zlib-license",
    "zpl-1.1": "zpl",
}
"""The licences whose older id is another one."""

FUNDER_DOIS = {
    "001aqnf71": "10.13039/100014013",
    "006cvnv84": "10.13039/100001345",
    "00k4n6c32": "10.13039/501100000780",
    "00rbzpz17": "10.13039/501100001665",
    "00snfqn58": "10.13039/501100001871",
    "00x0z1472": "10.13039/501100011730",
    "00yjd3n13": "10.13039/501100001711",
    "011kf5r70": "10.13039/501100000925",
    "013tf3c58": "10.13039/501100002428",
    "01cwqze88": "10.13039/100000002",
    "01gavpb45": "10.13039/501100000024",
    "01h531d29": "10.13039/501100000038",
    "01znas443": "10.13039/501100004564",
    "021nxhr62": "10.13039/100000001",
    "0271asj38": "10.13039/501100001602",
    "029chgv08": "10.13039/100004440",
    "02k4b9v70": "10.13039/501100000806",
    "03m8vkq32": "10.13039/501100006364",
    "03n51vw80": "10.13039/501100004488",
    "03zj4c476": "10.13039/100018231",
    "04jsz6e67": "10.13039/501100003246",
    "04w9kkr77": "10.13039/501100004410",
    "05k73zm37": "10.13039/501100002341",
    "05mmh0f86": "10.13039/501100000923",
}
"""Funders once went by DOI instead of ROR."""

FUNDER_ACRONYMS = {
    "10.13039/100000001": "NSF",
    "10.13039/100000002": "NIH",
    "10.13039/100001345": "SSHRC",
    "10.13039/100004440": "WT",
    "10.13039/100014013": "UKRI",
    "10.13039/100018231": "ASAP",
    "10.13039/501100000024": "CIHR",
    "10.13039/501100000038": "NSERC",
    "10.13039/501100000690": "RCUK",
    "10.13039/501100000780": "EC",
    "10.13039/501100000806": "EEA",
    "10.13039/501100000923": "ARC",
    "10.13039/501100000925": "NHMRC",
    "10.13039/501100001602": "SFI",
    "10.13039/501100001665": "ANR",
    "10.13039/501100001711": "SNSF",
    "10.13039/501100001871": "FCT",
    "10.13039/501100002341": "AKA",
    "10.13039/501100002428": "FWF",
    "10.13039/501100003246": "NWO",
    "10.13039/501100004410": "TUBITAK",
    "10.13039/501100004488": "HRZZ",
    "10.13039/501100004564": "MESTD",
    "10.13039/501100006364": "INCa",
    "10.13039/501100011730": "TWCF",
}
"""The short names of funders by DOI."""
