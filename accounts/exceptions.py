"""What accounts can refuse, in words for the person."""


class AccountError(Exception):
    """The wish cannot be met; the message says why."""


class AddressBookFull(AccountError):
    pass
