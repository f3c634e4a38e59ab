(* Expansions.v - expansions at 0 over the real numbers: sums, products, compositions, integrals.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later

   f expands as s to order K if |f(T) - s(T)| <= C |T|^K near 0. No derivative but the first is needed: if F'
   expands to order K, so does F to order K + 1, by the mean value theorem. *)
From Coq Require Import ZArith List Bool Reals Lra Lia.
From LawCert Require Import Poly Model Checker Flow Relu TrueFlow Symbols Functions Jets.
Import ListNotations.
Open Scope list_scope.
Open Scope R_scope.

(* ------------------------------------------------------------------ rational numbers *)
Definition qr (x : rat) : R := IZR (fst x) / IZR (Zpos (snd x)).
Lemma pos_nonzero p : IZR (Zpos p) <> 0.
Proof. apply not_0_IZR. discriminate. Qed.
Lemma qr_lower q : qr (lower q) = qr q.
Proof.
  destruct q as [x y]. unfold lower. cbn [fst snd]. set (g := Z.gcd x (Zpos y)).
  set (a := (x / g)%Z). set (b := (Zpos y / g)%Z).
  destruct (Z.eqb x (g * a) && Z.eqb (Zpos y) (g * b) && Z.ltb 0 b)%bool eqn:E; [|reflexivity].
  apply andb_prop in E as [E E3]. apply andb_prop in E as [E1 E2]. apply Z.eqb_eq in E1, E2.
    apply Z.ltb_lt in E3.
  clearbody a b. clearbody g. unfold qr. cbn [fst snd]. rewrite Z2Pos.id by exact E3. rewrite E1, E2,
    !mult_IZR.
  assert (Hb : IZR b <> 0) by (apply not_0_IZR; lia). assert (Hg : IZR g <> 0) by (apply not_0_IZR; lia).
  field. split; assumption.
Qed.
Lemma qr_add x y : qr (qadd x y) = qr x + qr y.
Proof.
  destruct x as [a b], y as [c d]. unfold qadd. cbn [fst snd]. assert (B := pos_nonzero b). assert (D :=
    pos_nonzero d).
  destruct (Pos.eqb_spec b d) as [<-|_]; cbn [andb];
    [destruct (Pos.eqb_spec b 1) as [->|_]|]; try rewrite qr_lower; unfold qr; cbn [fst snd];
    rewrite ?Pos2Z.inj_mul, ?plus_IZR, ?mult_IZR; field; auto.
Qed.
Lemma qr_mul x y : qr (qmul x y) = qr x * qr y.
Proof.
  unfold qmul. rewrite qr_lower. unfold qr. cbn [fst snd]. assert (B := pos_nonzero (snd x)).
  assert (D := pos_nonzero (snd y)). rewrite Pos2Z.inj_mul, !mult_IZR. field. auto.
Qed.
Lemma qr_opp x : qr (qopp x) = - qr x.
Proof. unfold qr, qopp. cbn [fst snd]. rewrite opp_IZR. unfold Rdiv. ring. Qed.
Lemma qr_int z : qr (z, 1%positive) = IZR z.
Proof. unfold qr. cbn [fst snd]. field. Qed.
Lemma qzero_true x : qzero x = true -> qr x = 0.
Proof. unfold qzero. intros H. apply Z.eqb_eq in H. unfold qr. rewrite H. unfold Rdiv. ring. Qed.
Lemma qzero_false x : qzero x = false -> qr x <> 0.
Proof.
  unfold qzero. intros H. apply Z.eqb_neq in H. apply not_0_IZR in H. unfold qr, Rdiv. intros Q.
  apply Rmult_integral in Q as [Q|Q]; [contradiction|]. revert Q. apply Rinv_neq_0_compat, pos_nonzero.
Qed.
Lemma qr_inv x : qr x <> 0 -> qr (qinv x) = / qr x.
Proof.
  destruct x as [[|a|a] b]; unfold qr, qinv; cbn [fst snd Z.sgn Z.abs Z.to_pos].
  - intros H. exfalso. apply H. unfold Rdiv. ring.
  - intros _. rewrite Z.mul_1_l. assert (A := pos_nonzero a). assert (B := pos_nonzero b). field. auto.
  - intros _. assert (A := pos_nonzero a). assert (B := pos_nonzero b).
    change (Zneg a) with (- Zpos a)%Z. rewrite opp_IZR. replace (-1 * Zpos b)%Z with (- Zpos b)%Z by lia.
    rewrite opp_IZR. field. auto.
Qed.

(* ------------------------------------------------------------------ values of series *)
Fixpoint sval (l : list R) (T : R) : R := match l with [] => 0 | x :: l => x + T * sval l T end.
Definition sv (s : series) : R -> R := sval (map qr s).
Lemma sv_cons x s T : sv (x :: s) T = qr x + T * sv s T. Proof. reflexivity. Qed.
Lemma sv_add p : forall q T, sv (sadd p q) T = sv p T + sv q T.
Proof.
  induction p as [|x p IH]; intros [|y q] T; cbn [sadd]; try (unfold sv; simpl; ring).
  rewrite !sv_cons, IH, qr_add. ring.
Qed.
Lemma sv_scale x p T : sv (sscale x p) T = qr x * sv p T.
Proof.
  unfold sscale. destruct (qzero x) eqn:E; [rewrite (qzero_true x E); unfold sv; simpl; ring|].
  induction p as [|y p IH]; [unfold sv; simpl; ring|]. cbn [map]. rewrite !sv_cons, IH, qr_mul. ring.
Qed.
Lemma sv_opp p T : sv (map qopp p) T = - sv p T.
Proof. induction p as [|y p IH]; [unfold sv; simpl; ring|]. cbn [map]. rewrite !sv_cons, IH, qr_opp. ring.
  Qed.
Lemma qr_nil T : sv [] T = 0. Proof. reflexivity. Qed.
Lemma qr_zero : qr (0%Z, 1%positive) = 0. Proof. apply qr_int. Qed.
Lemma qr_one : qr qone = 1. Proof. apply qr_int. Qed.

(* ------------------------------------------------------------------ approximation to order K *)
Definition approx (K : nat) (p f : R -> R) : Prop :=
  exists C, 0 <= C /\ near 0 (fun T => Rabs (f T - p T) <= C * Rabs T ^ K).
Definition bounded (f : R -> R) : Prop := exists B, 0 <= B /\ near 0 (fun T => Rabs (f T) <= B).
Definition small (f : R -> R) : Prop := exists B, 0 <= B /\ near 0 (fun T => Rabs (f T) <= B * Rabs T).
Definition expands (K : nat) (s : series) (f : R -> R) : Prop := approx K (sv s) f.
Lemma power_positive T K : 0 <= Rabs T ^ K. Proof. apply pow_le, Rabs_pos. Qed.
Lemma approx_same K p f : near 0 (fun T => f T = p T) -> approx K p f.
Proof.
  intros H. exists 0. split; [lra|]. eapply near_mono; [|exact H]. intros T E. cbv beta in E. rewrite E.
  rewrite Rminus_diag_eq, Rabs_R0 by reflexivity. lra.
Qed.
Lemma approx_trans K p q f : approx K p q -> approx K q f -> approx K p f.
Proof.
  intros (C & C0 & H) (D & D0 & G). exists (C + D). split; [lra|]. eapply near_mono;
    [|exact (near_and _ _ _ H G)].
  intros T [H1 H2]. replace (f T - p T) with ((q T - p T) + (f T - q T)) by ring.
  eapply Rle_trans; [apply Rabs_triang|]. lra.
Qed.
Lemma approx_ext K p p' f f' : (forall T, p T = p' T) -> near 0 (fun T => f T = f' T) -> approx K p f ->
  approx K p' f'.
Proof.
  intros E F H. apply (approx_trans K p' p); [apply approx_same, near_always, E|].
  apply (approx_trans K p f); [exact H|]. apply approx_same. eapply near_mono; [|exact F]. intros T Q.
    symmetry. exact Q.
Qed.
Lemma approx_add K p q f g : approx K p f -> approx K q g ->
  approx K (fun T => p T + q T) (fun T => f T + g T).
Proof.
  intros (C & C0 & H) (D & D0 & G). exists (C + D). split; [lra|]. eapply near_mono;
    [|exact (near_and _ _ _ H G)].
  intros T [H1 H2]. replace (f T + g T - (p T + q T)) with ((f T - p T) + (g T - q T)) by ring.
  eapply Rle_trans; [apply Rabs_triang|]. lra.
Qed.
Lemma approx_scale K x p f : approx K p f -> approx K (fun T => x * p T) (fun T => x * f T).
Proof.
  intros (C & C0 & H). exists (Rabs x * C). split; [apply Rmult_le_pos; [apply Rabs_pos|exact C0]|].
  eapply near_mono; [|exact H]. intros T H1. cbv beta in *. rewrite <- Rmult_minus_distr_l, Rabs_mult,
    Rmult_assoc.
  apply Rmult_le_compat_l; [apply Rabs_pos|exact H1].
Qed.
Lemma approx_shift K p f : approx K p f -> approx (S K) (fun T => T * p T) (fun T => T * f T).
Proof.
  intros (C & C0 & H). exists C. split; [exact C0|]. eapply near_mono; [|exact H]. intros T H1. cbv beta in *.
  rewrite <- Rmult_minus_distr_l, Rabs_mult. cbn [pow].
  replace (C * (Rabs T * Rabs T ^ K)) with (Rabs T * (C * Rabs T ^ K)) by ring.
  apply Rmult_le_compat_l; [apply Rabs_pos|exact H1].
Qed.
Lemma approx_mul K p q f g : bounded f -> bounded q -> approx K p f -> approx K q g ->
  approx K (fun T => p T * q T) (fun T => f T * g T).
Proof.
  intros (A & A0 & F) (B & B0 & Q) (C & C0 & H) (D & D0 & G). exists (A * D + B * C).
  split; [assert (0 <= A * D) by (apply Rmult_le_pos; assumption); assert (0 <= B * C)
    by (apply Rmult_le_pos; assumption); lra|].
  eapply near_mono; [|exact (near_and _ _ _ (near_and _ _ _ F Q) (near_and _ _ _ H G))].
  intros T [[H1 H2] [H3 H4]]. replace (f T * g T - p T * q T) with (f T * (g T - q T) + q T * (f T - p T)) by
    ring.
  eapply Rle_trans; [apply Rabs_triang|]. rewrite !Rabs_mult, Rmult_plus_distr_r, !Rmult_assoc.
  apply Rplus_le_compat; apply Rmult_le_compat; try apply Rabs_pos; assumption.
Qed.
Lemma near_less d : 0 < d -> near 0 (fun T => Rabs T < d).
Proof. intros H. exists d. split; [exact H|]. intros T HT. rewrite Rminus_0_r in HT. exact HT. Qed.
Lemma power_one T K : Rabs T < 1 -> Rabs T ^ K <= 1.
Proof. intros H. rewrite <- (pow1 K). apply pow_incr. split; [apply Rabs_pos|lra]. Qed.
Lemma sval_bounded l : bounded (sval l).
Proof.
  induction l as [|x l (B & B0 & IH)]; [exists 0; split; [lra|]; apply near_always; intros T; simpl;
    rewrite Rabs_R0; lra|].
  exists (Rabs x + B). split; [assert (Q := Rabs_pos x); lra|].
  eapply near_mono; [|exact (near_and _ _ _ IH (near_less 1 Rlt_0_1))]. intros T [H1 H2]. cbn [sval].
  eapply Rle_trans; [apply Rabs_triang|]. rewrite Rabs_mult. assert (P := Rabs_pos T). assert (P' :=
    Rabs_pos (sval l T)).
  assert (Rabs T * Rabs (sval l T) <= 1 * B) by (apply Rmult_le_compat; lra). lra.
Qed.
Lemma approx_bounded K l f : approx K (sval l) f -> bounded f.
Proof.
  intros (C & C0 & H). destruct (sval_bounded l) as (B & B0 & G). exists (C + B). split; [lra|].
  eapply near_mono; [|exact (near_and _ _ _ H (near_and _ _ _ G (near_less 1 Rlt_0_1)))].
    intros T (H1 & H2 & H3).
  replace (f T) with ((f T - sval l T) + sval l T) by ring. eapply Rle_trans; [apply Rabs_triang|].
  assert (C * Rabs T ^ K <= C * 1) by (apply Rmult_le_compat_l; [exact C0|apply power_one; exact H3]). lra.
Qed.
Lemma approx_zero l f : bounded f -> approx 0 (sval l) f.
Proof.
  intros (B & B0 & H). destruct (sval_bounded l) as (C & C0 & G). exists (B + C). split; [lra|].
  eapply near_mono; [|exact (near_and _ _ _ H G)]. intros T [H1 H2]. cbn [pow]. rewrite Rmult_1_r.
  unfold Rminus. eapply Rle_trans; [apply Rabs_triang|]. rewrite Rabs_Ropp. lra.
Qed.

(* ------------------------------------------------------------------ the operations on series *)
Section Operations.
  Variable K : nat.
  Lemma expands_const x : expands K [x] (fun _ => qr x).
  Proof. apply approx_same, near_always. intros T. rewrite sv_cons, qr_nil. ring. Qed.
  Lemma expands_add p q f g : expands K p f -> expands K q g -> expands K (sadd p q) (fun T => f T + g T).
  Proof.
    intros H G. eapply approx_ext; [| |exact (approx_add _ _ _ _ _ H G)]; [intros T; symmetry; apply sv_add|].
    apply near_always. reflexivity.
  Qed.
  Lemma expands_scale x p f : expands K p f -> expands K (sscale x p) (fun T => qr x * f T).
  Proof.
    intros H. eapply approx_ext; [| |exact (approx_scale K (qr x) _ _ H)]; [intros T; symmetry;
      apply sv_scale|].
    apply near_always. reflexivity.
  Qed.
  Lemma expands_opp p f : expands K p f -> expands K (map qopp p) (fun T => - f T).
  Proof.
    intros H. eapply approx_ext; [| |exact (approx_scale K (-1) _ _ H)]; [intros T; rewrite sv_opp; ring|].
    apply near_always. intros T. ring.
  Qed.
  Lemma expands_ext s f g : near 0 (fun T => f T = g T) -> expands K s f -> expands K s g.
  Proof. intros E. apply approx_ext; [reflexivity|exact E]. Qed.
  Lemma expands_nil : expands K [] (fun _ => 0).
  Proof. apply approx_same, near_always. reflexivity. Qed.
End Operations.
Lemma truncated_ok K : forall q, approx K (sv (firstn K q)) (sv q).
Proof.
  induction K as [|K IH]; intros q; [apply (approx_zero []), sval_bounded|].
  destruct q as [|x q]; [apply approx_same, near_always; reflexivity|]. cbn [firstn].
  eapply approx_ext; [| |exact (approx_add _ _ _ _ _ (expands_const (S K) x) (approx_shift _ _ _ (IH q)))].
  - intros T. rewrite !sv_cons, qr_nil. ring.
  - apply near_always. intros T. rewrite sv_cons. reflexivity.
Qed.
Lemma product_ok K : forall p q, approx K (sv (smul K p q)) (fun T => sv p T * sv q T).
Proof.
  induction K as [|K IH]; intros p q.
  - apply (approx_zero []). apply (approx_bounded 0 []). apply (approx_zero []).
    destruct (sval_bounded (map qr p)) as (A & A0 & F), (sval_bounded (map qr q)) as (B & B0 & G).
    exists (A * B). split; [apply Rmult_le_pos; assumption|]. eapply near_mono; [|exact (near_and _ _ _ F G)].
    intros T [H1 H2]. rewrite Rabs_mult. apply Rmult_le_compat; try apply Rabs_pos; assumption.
  - destruct p as [|x p]; [apply approx_same, near_always; intros T; cbn [smul]; rewrite !qr_nil; ring|].
    cbn [smul].
    eapply approx_ext; [| |exact (approx_add _ _ _ _ _ (approx_scale _ (qr x) _ _ (truncated_ok (S K) q))
      (approx_shift _ _ _ (IH p q)))].
    + intros T. rewrite sv_add, sv_scale. destruct p as [|y p].
      * destruct K; cbn [smul]; rewrite !qr_nil; ring.
      * rewrite sv_cons, qr_zero. ring.
    + apply near_always. intros T. rewrite !sv_cons. ring.
Qed.
Lemma expands_mul K p q f g : expands K p f -> expands K q g -> expands K (smul K p q) (fun T => f T * g T).
Proof.
  intros H G. apply (approx_trans K _ (fun T => sv p T * sv q T)); [apply product_ok|].
  apply approx_mul; [apply (approx_bounded K (map qr p)); exact H|apply sval_bounded|exact H|exact G].
Qed.
Lemma expands_compose K d phi s u : approx K (sv d) phi -> expands K s u -> small u ->
  expands K (compose K d s) (fun T => phi (u T)).
Proof.
  intros (C & C0 & r & Hr & H) Hs (B & B0 & G). apply (approx_trans K _ (fun T => sv d (u T))).
  - clear H. induction d as [|x d IH]; cbn [compose]; [apply expands_nil|].
    apply (expands_ext K _ (fun T => qr x + u T * sv d (u T))); [apply near_always; reflexivity|].
    apply expands_add; [apply expands_const|]. apply expands_mul; assumption.
  - exists (C * B ^ K). split; [apply Rmult_le_pos; [exact C0|apply pow_le; exact B0]|].
    assert (P : 0 < r / (B + 1)) by (apply Rdiv_lt_0_compat; lra).
    eapply near_mono; [|exact (near_and _ _ _ G (near_less _ P))]. intros T [H1 H2].
    assert (L : Rabs (u T) < r).
    { apply Rle_lt_trans with (B * Rabs T); [exact H1|].
      apply Rle_lt_trans with ((B + 1) * Rabs T); [assert (Q := Rabs_pos T); lra|].
      replace r with ((B + 1) * (r / (B + 1))) by (field; lra). apply Rmult_lt_compat_l; lra. }
    eapply Rle_trans; [apply H; rewrite Rminus_0_r; exact L|]. rewrite Rmult_assoc, <- Rpow_mult_distr.
    apply Rmult_le_compat_l; [exact C0|]. apply pow_incr. split; [apply Rabs_pos|exact H1].
Qed.
Lemma expands_rest K s f : expands K s f -> expands K (rest s) (fun T => f T - qr (base s)).
Proof.
  intros H. eapply approx_ext; [| |exact (approx_add _ _ _ _ _ H (expands_opp _ _ _ (expands_const K (base
    s))))].
  - intros T. unfold rest. rewrite sv_opp, !sv_cons, qr_nil, qr_zero.
    destruct s as [|x s]; cbn [base hd tl]; rewrite ?sv_cons, ?qr_nil, ?qr_zero; ring.
  - apply near_always. intros T. ring.
Qed.
Lemma expands_small K s f : expands (S K) s f -> small (fun T => f T - qr (base s)).
Proof.
  intros (C & C0 & H). destruct (sval_bounded (map qr (tl s))) as (B & B0 & G). exists (C + B). split; [lra|].
  eapply near_mono; [|exact (near_and _ _ _ H (near_and _ _ _ G (near_less 1 Rlt_0_1)))].
    intros T (H1 & H2 & H3).
  replace (f T - qr (base s)) with ((f T - sv s T) + T * sv (tl s) T).
  2: { destruct s as [|x s]; cbn [base hd tl]; rewrite ?sv_cons, ?qr_nil, ?qr_zero; ring. }
  eapply Rle_trans; [apply Rabs_triang|]. rewrite Rabs_mult, Rmult_plus_distr_r. apply Rplus_le_compat.
  - eapply Rle_trans; [exact H1|]. cbn [pow]. apply Rmult_le_compat_l; [exact C0|].
    apply Rle_trans with (Rabs T * 1); [|lra].
    apply Rmult_le_compat_l; [apply Rabs_pos|apply power_one; exact H3].
  - rewrite Rmult_comm. apply Rmult_le_compat_r; [apply Rabs_pos|exact H2].
Qed.
Lemma small_near f (Q : R -> Prop) : small f -> near 0 Q -> near 0 (fun T => Q (f T)).
Proof.
  intros (B & B0 & G) (r & Hr & H). assert (P : 0 < r / (B + 1)) by (apply Rdiv_lt_0_compat; lra).
  eapply near_mono; [|exact (near_and _ _ _ G (near_less _ P))]. intros T [H1 H2]. apply H.
    rewrite Rminus_0_r.
  apply Rle_lt_trans with (B * Rabs T); [exact H1|].
  apply Rle_lt_trans with ((B + 1) * Rabs T); [assert (Q' := Rabs_pos T); lra|].
  replace r with ((B + 1) * (r / (B + 1))) by (field; lra). apply Rmult_lt_compat_l; lra.
Qed.

(* ------------------------------------------------------------------ integrals *)
Lemma successor_real n : IZR (Zpos (Pos.of_succ_nat n)) = INR (S n).
Proof. rewrite INR_IZR_INZ. reflexivity. Qed.
Lemma integral_derivative s : forall n T,
  derivable_pt_lim (fun T => T ^ S n * sv (integral n s) T) T (T ^ n * sv s T).
Proof.
  induction s as [|x s IH]; intros n T.
  - apply (deriv_ext (fun _ => 0)); [intros y; cbn [integral]; rewrite qr_nil; ring|].
    replace (T ^ n * sv [] T) with 0 by (rewrite qr_nil; ring). apply derivable_pt_lim_const.
  - set (k := qr (qmul x (1%Z, Pos.of_succ_nat n))).
    apply (deriv_ext (fun T => k * T ^ S n + T ^ S (S n) * sv (integral (S n) s) T)).
    { intros y. cbn [integral]. rewrite sv_cons. fold k. cbn [pow]. ring. }
    replace (T ^ n * sv (x :: s) T) with (k * (INR (S n) * T ^ pred (S n)) + T ^ S n * sv s T).
    + apply (derivable_pt_lim_plus (fun T => k * T ^ S n) (fun T => T ^ S (S n) * sv (integral (S n) s) T));
      [|apply IH].
      apply (derivable_pt_lim_scal (fun T => T ^ S n)). apply derivable_pt_lim_pow.
    + unfold k. rewrite qr_mul, sv_cons. assert (N := pos_nonzero (Pos.of_succ_nat n)).
      unfold qr at 2. cbn [fst snd pred pow]. rewrite successor_real in *. field. exact N.
Qed.
Lemma mean_value D D' d T : (forall c, Rabs c < d -> derivable_pt_lim D c (D' c)) -> D 0 = 0 -> Rabs T < d ->
  exists c, Rabs c <= Rabs T /\ D T = D' c * T.
Proof.
  intros HD H0 HT. destruct (Rtotal_order T 0) as [L|[->|L]].
  - destruct (MVT_cor2 D D' T 0 L) as (c & E & H1 & H2).
    { intros c [H1 H2]. apply HD. rewrite Rabs_left1 in * by lra. lra. }
    exists c. split; [rewrite !Rabs_left1 by lra; lra|]. rewrite H0 in E. lra.
  - exists 0. split; [lra|]. rewrite H0. ring.
  - destruct (MVT_cor2 D D' 0 T L) as (c & E & H1 & H2).
    { intros c [H1 H2]. apply HD. rewrite Rabs_right in * by lra. lra. }
    exists c. split; [rewrite !Rabs_right by lra; lra|]. rewrite H0 in E. lra.
Qed.
Lemma expands_integral K s x F F' : near 0 (fun T => derivable_pt_lim F T (F' T)) -> F 0 = qr x ->
  expands K s F' ->
  expands (S K) (x :: integral 0 s) F.
Proof.
  intros HD H0 (C & C0 & H). exists C. split; [exact C0|]. destruct (near_and _ _ _ HD H) as (d & Hd & G).
  exists d. split; [exact Hd|]. intros T HT.
  destruct (mean_value (fun T => F T - sv (x :: integral 0 s) T) (fun T => F' T - sv s T) d T) as (c & Hc &
    E).
  - intros c Hc. destruct (G c) as [G1 _]; [rewrite Rminus_0_r; exact Hc|].
    apply (derivable_pt_lim_minus F (sv (x :: integral 0 s))); [exact G1|].
    apply (deriv_ext (fun T => qr x + T ^ 1 * sv (integral 0 s) T)); [intros y; rewrite sv_cons; ring|].
    replace (sv s c) with (0 + c ^ 0 * sv s c) by (simpl; ring).
    apply (derivable_pt_lim_plus (fun _ => qr x) (fun T => T ^ 1 * sv (integral 0 s) T));
      [apply derivable_pt_lim_const|apply integral_derivative].
  - rewrite sv_cons, H0. ring.
  - rewrite Rminus_0_r in HT. exact HT.
  - cbv beta in E. rewrite E, Rabs_mult. rewrite Rminus_0_r in HT.
    destruct (G c) as [_ G2]; [rewrite Rminus_0_r; lra|]. cbn [pow].
    replace (C * (Rabs T * Rabs T ^ K)) with (C * Rabs T ^ K * Rabs T) by ring.
    apply Rmult_le_compat_r; [apply Rabs_pos|]. eapply Rle_trans; [exact G2|].
    apply Rmult_le_compat_l; [exact C0|]. apply pow_incr. split; [apply Rabs_pos|exact Hc].
Qed.
(* functions with a derivative at 0 *)
Lemma expands_first f l x : derivable_pt_lim f 0 l -> f 0 = qr x -> expands 1 [x] f.
Proof.
  intros D H0. destruct (D 1 Rlt_0_1) as [[d Hd] G]. exists (Rabs l + 1). split; [assert (Q := Rabs_pos l);
    lra|].
  exists d. split; [exact Hd|]. intros T HT. rewrite Rminus_0_r in HT. rewrite sv_cons, qr_nil, pow_1, <- H0.
  destruct (Req_dec T 0) as [->|N]; [rewrite Rmult_0_r, Rplus_0_r, Rminus_diag_eq, Rabs_R0 by reflexivity;
    lra|].
  specialize (G T N HT). rewrite Rplus_0_l in G. replace (f T - (f 0 + T * 0)) with (((f T - f 0) / T - l +
    l) * T)
    by (field; exact N).
  rewrite Rabs_mult. apply Rmult_le_compat_r; [apply Rabs_pos|]. eapply Rle_trans; [apply Rabs_triang|]. lra.
Qed.
Lemma bounded_derivable f l : derivable_pt_lim f 0 l -> bounded f.
Proof.
  intros D. assert (G : derivable_pt_lim (fun T => f T - f 0) 0 (l - 0)).
  { apply (derivable_pt_lim_minus f (fun _ => f 0)); [exact D|apply derivable_pt_lim_const]. }
  assert (E : expands 1 [(0%Z, 1%positive)] (fun T => f T - f 0)) by (apply (expands_first _ _ _ G);
    rewrite qr_zero; ring).
  apply approx_bounded in E. destruct E as (B & B0 & H). exists (B + Rabs (f 0)).
  split; [assert (Q := Rabs_pos (f 0)); lra|]. eapply near_mono; [|exact H]. intros T H1. cbv beta in H1.
  replace (f T) with ((f T - f 0) + f 0) by ring. eapply Rle_trans; [apply Rabs_triang|]. lra.
Qed.
Lemma expands_derivable f l : derivable_pt_lim f 0 l -> expands 0 [] f.
Proof. intros D. apply (approx_zero []). exact (bounded_derivable f l D). Qed.

(* ------------------------------------------------------------------ an expansion of 0 has no coefficients *)
Lemma head_zero K C d l : 0 <= C -> 0 < d ->
  (forall T, T <> 0 -> Rabs T < d -> Rabs (sval l T) <= C * Rabs T ^ S K) -> hd 0 l = 0.
Proof.
  intros C0 Hd H. destruct l as [|x l]; [reflexivity|]. cbn [hd].
  destruct (Req_dec x 0) as [E|N]; [exact E|]. exfalso. assert (Px := Rabs_pos_lt x N).
  destruct (sval_bounded l) as (B & B0 & e & He & G).
  set (T := Rmin (Rmin (d / 2) (e / 2)) (Rmin (1 / 2) (Rabs x / (2 * (C + B + 1))))).
  assert (PT : 0 < T) by (repeat apply Rmin_glb_lt; try lra; apply Rdiv_lt_0_compat; lra).
  assert (T1 : T <= d / 2) by (eapply Rle_trans; [apply Rmin_l|apply Rmin_l]).
  assert (T2 : T <= e / 2) by (eapply Rle_trans; [apply Rmin_l|apply Rmin_r]).
  assert (T3 : T <= 1 / 2) by (eapply Rle_trans; [apply Rmin_r|apply Rmin_l]).
  assert (T4 : T <= Rabs x / (2 * (C + B + 1))) by (eapply Rle_trans; [apply Rmin_r|apply Rmin_r]).
  clearbody T. assert (AT : Rabs T = T) by (apply Rabs_right; lra).
  specialize (H T). specialize (G T). rewrite AT in H. rewrite Rminus_0_r, AT in G.
  specialize (H ltac:(lra) ltac:(lra)). specialize (G ltac:(lra)). cbn [sval] in H. cbn [pow] in H.
  assert (P1 := power_one T K). rewrite AT in P1. specialize (P1 ltac:(lra)).
  assert (L : Rabs x <= (C + B) * T).
  { replace x with ((x + T * sval l T) + - (T * sval l T)) by ring.
    eapply Rle_trans; [apply Rabs_triang|]. rewrite !Rabs_Ropp, Rabs_mult, AT.
    assert (C * (T * T ^ K) <= C * (T * 1)) by (apply Rmult_le_compat_l; [lra|]; apply Rmult_le_compat_l;
      lra).
    assert (T * Rabs (sval l T) <= T * B) by (apply Rmult_le_compat_l; lra). lra. }
  assert ((C + B + 1) * T <= Rabs x / 2).
  { replace (Rabs x / 2) with ((C + B + 1) * (Rabs x / (2 * (C + B + 1)))) by (field; lra).
    apply Rmult_le_compat_l; lra. }
  lra.
Qed.
Lemma vanishing K : forall l, approx K (sval l) (fun _ => 0) -> forall m, (m < K)%nat -> nth m l 0 = 0.
Proof.
  intros l (C & C0 & d & Hd & H).
  assert (W : forall T, T <> 0 -> Rabs T < d -> Rabs (sval l T) <= C * Rabs T ^ K).
  { intros T _ HT. specialize (H T). rewrite Rminus_0_r in H. specialize (H HT). cbv beta in H.
    rewrite Rminus_0_l, Rabs_Ropp in H. exact H. }
  clear H. revert l W. induction K as [|K IH]; intros l W m Hm; [lia|].
  assert (X0 := head_zero K C d l C0 Hd W). destruct l as [|x l]; [destruct m; reflexivity|]. cbn [hd] in X0.
  destruct m as [|m]; [exact X0|]. cbn [nth]. apply (IH l); [|lia]. intros T N HT. specialize (W T N HT).
  cbn [sval] in W. rewrite X0, Rplus_0_l, Rabs_mult in W. apply (Rmult_le_reg_l (Rabs T));
    [apply Rabs_pos_lt; exact N|].
  eapply Rle_trans; [exact W|]. cbn [pow]. lra.
Qed.
