"""What Lake Formation answers instead."""


class LakeFormationError(ValueError):
    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


def missing(what: str) -> LakeFormationError:
    return LakeFormationError("EntityNotFoundException", f"{what} does not exist")


def invalid(message: str) -> LakeFormationError:
    return LakeFormationError("InvalidInputException", message)
