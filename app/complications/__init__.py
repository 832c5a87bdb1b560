"""The complications room: from the first sign to the physician's word that treatment may go on."""
