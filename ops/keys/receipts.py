"""Signs receipts in the service's name (``api.backend.Signer``; crypto/FORMAT.md 14)."""

from collections.abc import Mapping
from typing import Any

from crypto.receipt import sign_receipt
from ops.wiring import CellService


class ReceiptSigner:
    """Statements about one cell's key tree, signed with the service's own key."""

    def __init__(self, service: CellService) -> None:
        state, _ = service.vault.tree.pages([])
        self._deployment, self._keys = state.deployment, service.service.party

    def signed(self, statement: Mapping[str, Any]) -> bytes:
        """The statement with the deployment, the public key and the signature, as canonical JSON."""
        return sign_receipt({**statement, "deployment": str(self._deployment)}, self._keys)
